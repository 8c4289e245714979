import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SendMail } from './mail.ts'
import type { MailOptions } from './mailer.ts'

/** How mail is sent. */
export type MailSettings = ({ readonly url: string } | { readonly folder: string }) & {
  readonly from: string
  readonly appUrl: string
  readonly texts?: string
}

const TIMEOUT_MS = 10_000

/**
 * Delivers by SMTP, with nodemailer.
 *
 * @param url - `smtp://user:password@host:587`, or `smtps://` for TLS from the start; nodemailer's options may follow as a query
 * @param from - the sender: `Evergate <no-reply@example.com>`
 */
export function smtp({ url, from }: { readonly url: string; readonly from: string }): SendMail {
  const opened = import('nodemailer').then(({ createTransport }) => {
    const { searchParams } = new URL(url)
    return createTransport({
      url,
      // An answer that does not come must not keep a message for ever.
      ...(searchParams.has('connectionTimeout') ? {} : { connectionTimeout: TIMEOUT_MS }),
      ...(searchParams.has('socketTimeout') ? {} : { socketTimeout: TIMEOUT_MS }),
    })
  })
  // Reported where a message is sent.
  opened.catch(() => {})
  return async (mail) => (await opened).sendMail({ ...mail, from })
}

/**
 * Puts each message into a folder, as a file that any mail program opens: a mailbox for development. A person who reads the folder can take
 * over accounts.
 */
export function mailbox({ folder, from }: { readonly folder: string; readonly from: string }): SendMail {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return async (mail) => {
    const { createTransport } = await import('nodemailer')
    const { message } = await createTransport({ streamTransport: true, buffer: true }).sendMail({
      ...mail,
      from,
    })
    const time = new Date().toISOString().replace(/[:.]/g, '-')
    const path = join(folder, `${time}-${randomBytes(4).toString('hex')}.eml`)
    await writeFile(path, message as Buffer, { mode: 0o600, flag: 'wx' })
  }
}

/** The settings of mail, as options. */
export function mailOptions(settings: MailSettings): MailOptions {
  const { appUrl, from, texts } = settings
  const sendMail =
    'url' in settings ? smtp({ url: settings.url, from }) : mailbox({ folder: settings.folder, from })
  return { sendMail, appUrl, ...(texts !== undefined && { texts }) }
}

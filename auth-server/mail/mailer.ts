import type { Logger } from '../observe/logger.ts'
import type { User } from '../store/store.ts'
import type { Mail, MailKind, SendMail } from './mail.ts'
import { createOutbox, type Outbox, type Waits } from './outbox.ts'
import { readTexts } from './texts.ts'

/** How the auth server sends mail. */
export interface MailOptions {
  /** Delivers a message. `smtp()` makes one; default none: without it there are no routes that need mail. */
  readonly sendMail: SendMail
  /** Where the app is that links lead to, such as `https://app.example`. A path is kept. */
  readonly appUrl: string
  /** The app's name in texts. Default: the host of `appUrl`. */
  readonly service?: string
  /** A folder with texts of your own. Default: those that come along, in English and German. */
  readonly texts?: string
}

/** Pages of the app that links lead to. */
const PAGES = {
  'reset-password': '/reset',
  'verify-email': '/verify',
  'change-email': '/confirm-email',
} as const

/** Writes messages, and has them sent. */
export interface Mailer extends Outbox {
  /** Writes a message: to the user's own address, unless another is named. */
  write(
    kind: MailKind,
    user: Pick<User, 'name' | 'email'>,
    details: { to?: string; token?: string; life?: number; address?: string; languages: string },
  ): Mail
  send: SendMail
}

/** @throws Error when the texts cannot be read */
export function createMailer(options: MailOptions, logger: Logger, waits?: Waits): Mailer {
  const { sendMail, appUrl, service = new URL(appUrl).host } = options
  const texts = readTexts(options.texts)
  const outbox = createOutbox(logger, waits)
  return {
    ...outbox,
    send: (mail) => outbox.persist(() => sendMail(mail)),
    write(kind, user, { to = user.email, token = '', life = 0, address = '', languages }) {
      const page = kind in PAGES ? PAGES[kind as keyof typeof PAGES] : '/login'
      const link = `${appUrl.replace(/\/+$/, '')}${page}${token && `?token=${token}`}`
      const minutes = String(Math.round(life / 60_000))
      return { to, ...texts.write(kind, languages, { name: user.name, link, minutes, service, address }) }
    },
  }
}

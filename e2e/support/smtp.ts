import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/** A message that arrived. */
export type Mail = { readonly to: readonly string[]; readonly raw: string }

/** A real SMTP server that keeps what it is given. */
export type MailServer = {
  readonly url: string
  /** The newest message to an address, once there is one after those that were asked for before. */
  mailTo(address: string): Promise<Mail>
  stop(): Promise<void>
}

const PATIENCE_MS = 10_000

export async function startMailServer(): Promise<MailServer> {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      text(stream).then((raw) => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), raw })
        done()
      }, done)
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    async mailTo(to) {
      for (const deadline = Date.now() + PATIENCE_MS; ; ) {
        const index = mails.findLastIndex((mail) => mail.to.includes(to))
        const [mail] = index < 0 ? [] : mails.splice(index, 1)
        if (mail) return mail
        if (Date.now() > deadline) throw new Error(`no mail to ${to}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** The page of the app that a message's link leads to. */
export function linkIn({ raw }: Mail): string {
  const plain = raw.replace(/=\r?\n/g, '').replaceAll('=3D', '=')
  const [, path] = /https:\/\/app\.example(\/[\w-]+\?token=[\w-]{43})/.exec(plain) ?? []
  if (path === undefined) throw new Error('no link in the mail')
  return path
}

import type { Mail } from '../mail/mail.ts'
import { type ServerOptions, startServer } from './harness.ts'

/** A server whose mails are kept in memory. */
export async function startMailing(options: ServerOptions = {}) {
  const mails: Mail[] = []
  const server = await startServer({ sendMail: async (mail) => void mails.push(mail), ...options })
  const tokenOf = (mail: Mail | undefined) => /[?&]token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''
  return {
    ...server,
    mails,
    /** Their first mail is out: mails overtake each other. */
    async newcomer(...person: Parameters<typeof server.newcomer>) {
      const newcomer = await server.newcomer(...person)
      await server.mailed()
      return newcomer
    },
    /** The newest mail to an address, once all are out. */
    async mailTo(to: string) {
      await server.mailed()
      return mails.findLast((mail) => mail.to === to)
    },
    /** The token in it. */
    async tokenTo(to: string) {
      await server.mailed()
      return tokenOf(mails.findLast((mail) => mail.to === to && mail.text.includes('token=')))
    },
    forget: () => void mails.splice(0),
  }
}

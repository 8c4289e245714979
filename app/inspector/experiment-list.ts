import { type Asked, askForSession, copyCookies, inWords, prepare, renewNow } from './ask'
import { breakBackend, mendBackend } from './broken-backend'

/** A button: what it says, what it does to the session, and what then happens in a sentence. */
export type Experiment = {
  /** Of the button: one that takes another's place has the same. */
  readonly id: string
  readonly label: string
  readonly hint: string
  /** @returns what came of it. */
  run(): Promise<string>
}

export const SEND: Experiment = {
  id: 'send',
  label: 'Send a request',
  hint: 'With a good token it passes at once: active.',
  run: async () => inWords([await askForSession()]),
}

export const RENEW: Experiment = {
  id: 'renew',
  label: 'Renew now',
  hint: 'Asks the backend for new tokens, although the old ones are still good.',
  run: async () => inWords([await renewNow()]),
}

export const EXPIRE: Experiment = {
  id: 'expire',
  label: 'Let the token expire',
  hint: 'Its cookie leaves, as at its end. Three requests follow at once, and one renewal serves them.',
  run: () =>
    after('/inspector/expire', async () =>
      inWords(await Promise.all([askForSession(), askForSession(), askForSession()])),
    ),
}

export const BREAK: Experiment = {
  id: 'backend',
  label: 'Break the backend',
  hint: 'For a minute the renewals of this browser find no backend: degraded, nobody is signed out. Others are not affected.',
  async run() {
    await breakBackend()
    return inWords([await renewNow()])
  },
}

export const MEND: Experiment = {
  id: 'backend',
  label: 'Mend the backend',
  hint: 'Asks until a renewal goes through.',
  async run() {
    await mendBackend()
    return inWords([await untilAnswered()])
  },
}

export const REPLAY: Experiment = {
  id: 'replay',
  label: 'Replay an old refresh token',
  hint: 'A copy of yours is used twice, as by a thief. Then yours is presented: it is old by now, and the session ends.',
  run: () => after('/inspector/replay', async () => inWords([await renewNow()])),
}

export const THEFT: Experiment = {
  id: 'theft',
  label: 'Copy my cookies elsewhere',
  hint: 'As malware does. The copy opens the dashboard at once, and again when the access token has ended. Yours goes on.',
  run: async () => `${await copyCookies()} Yours: ${inWords([await askForSession()])}.`,
}

async function after(path: string, then: () => Promise<string>): Promise<string> {
  return (await prepare(path)) ?? then()
}

const TRIES = 20
const PAUSE = 1000

async function untilAnswered(): Promise<Asked> {
  let answer = await renewNow()
  for (let tried = 1; tried < TRIES && answer.status === 503; tried += 1) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
    answer = await renewNow()
  }
  return answer
}

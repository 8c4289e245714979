import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cookieHeader } from '../support/client.ts'
import { follow, linesOf } from '../support/log-lines.ts'
import { peopleOf } from '../support/people.ts'
import { findOnPath } from '../support/shared-cache.ts'
import { stackForFile } from '../support/stack-for-file.ts'

const stack = await stackForFile()
const { newcomer, elsewhere, ask, comeBack } = peopleOf(stack)

/** The commands of the page's section, a text for each block. */
async function commands(): Promise<string[]> {
  const page = await readFile(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8')
  const [, section = ''] =
    /^## Somebody was signed out and should not have been\n(.*?)^## /ms.exec(page) ?? []
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code)
}

test.skipIf(!findOnPath('jq'))(
  'what docs/troubleshooting.md says to type shows who was signed out, and why',
  async () => {
    const person = await newcomer()
    const { sid, userId, refreshToken } = person
    await ask(await elsewhere(person), 'POST', '/logout-all')
    await comeBack(cookieHeader({ refreshToken }))
    const story = () => follow(linesOf(stack.app.output(), stack.auth.output()), sid)
    const nameOf = ({ type, event }: { type?: unknown; event?: unknown }) => type ?? event
    await expect.poll(() => story().map(nameOf)).toContain('session.ended')

    const cwd = await mkdtemp(join(tmpdir(), 'evergate-logs-'))
    onTestFinished(() => rm(cwd, { recursive: true }))
    await writeFile(join(cwd, 'app.log'), stack.app.output())
    await writeFile(join(cwd, 'auth.log'), stack.auth.output())
    const [byPerson = '', bySession = ''] = (await commands()).map((code) => {
      const script = code
        // Looks up the id, which is known here.
        .replace(/^npx evergate-auth-server users list .*$/m, '')
        .replaceAll('SID', sid)
        .replaceAll('USER', userId)
      return execFileSync('sh', ['-euc', script], { cwd, encoding: 'utf8' })
    })

    const events = byPerson.trimEnd().split('\n')
    expect(events.map((line) => JSON.parse(line).slice(1, 5))).toEqual(
      expect.arrayContaining([
        ['signed-in', null, null, sid],
        ['sessions-ended', 'signed-out', null, null],
        ['refresh-refused', 'revoked', 'signed-out', sid],
      ]),
    )
    const lines = linesOf(bySession)
    expect(lines.map(nameOf).toSorted()).toEqual(story().map(nameOf).toSorted())
    expect(lines.map(nameOf)).toEqual(
      expect.arrayContaining(['signed-in', 'session.ended', 'refresh-refused']),
    )
    expect(lines.map(({ time }) => time)).toEqual(lines.map(({ time }) => time).toSorted())
  },
)

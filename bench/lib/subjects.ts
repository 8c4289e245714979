import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { subject as evergate } from '../subjects/evergate/subject.ts'
import type { Subject } from '../subjects/subject.ts'

export type NamedSubject = Subject & { readonly name: string }

export const subjectsFolder = fileURLToPath(new URL('../subjects/', import.meta.url))

/** Those that a quick run measures, which may have to build them: the limit, ours and the two smallest peers. */
const QUICK = ['empty', 'evergate', 'evergate-revocation', 'iron-session', 'next-firebase-auth-edge']

const first = ['no-middleware', 'empty', 'jose', 'evergate', 'evergate-revocation', 'evergate-es256']

/** All of them, or those of a quick run: what it costs at the least first, then ours, then the peers by name. */
export function subjectNames(quick: boolean): string[] {
  const folders = readdirSync(subjectsFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const peers = folders.map(({ name }) => name).filter((name) => !first.includes(name))
  return [...first, ...peers.sort()].filter((name) => !quick || QUICK.includes(name))
}

/** A visitor's headers. A subject without sessions is sent the same cookies, since Next's own work with them counts for none. */
export async function cookieOf({ sessions = evergate.sessions }: Subject, user: number): Promise<string> {
  return (await sessions?.cookie(user)) ?? ''
}

export async function loadSubject(name: string): Promise<NamedSubject> {
  const { subject } = (await import(`${subjectsFolder}${name}/subject.ts`)) as { subject: Subject }
  return { ...subject, name }
}

import { buildApp } from '../lib/apps.ts'
import { flawOf } from '../lib/check-sessions.ts'
import { answerFromMemory } from '../lib/network.ts'
import { progress } from '../lib/part.ts'
import { type EdgeMiddleware, loadMiddleware } from '../lib/sandbox.ts'
import { loadSubject, type NamedSubject } from '../lib/subjects.ts'

/** A subject that is built, loaded, and known to check its sessions. */
export type Loaded = NamedSubject & { readonly edge: EdgeMiddleware }

export type Failed = { readonly subject: string; readonly why: string }

/** Loads each, one after the other; one that cannot be built or does not check sessions is left out and named. */
export async function loadAll(names: readonly string[]): Promise<{ loaded: Loaded[]; failed: Failed[] }> {
  const loaded: Loaded[] = []
  const failed: Failed[] = []
  const answers: Record<string, unknown> = {}
  answerFromMemory(answers)
  for (const name of names) {
    try {
      const subject = await loadSubject(name)
      Object.assign(answers, subject.sessions?.network)
      if ((await buildApp(subject)) === 'built') progress(`built ${subject.label}`)
      const edge = await loadMiddleware(subject)
      const flaw = subject.sessions && (await flawOf(subject.sessions, (cookie) => passes(edge, cookie)))
      if (flaw) throw new Error(flaw)
      loaded.push({ ...subject, edge })
    } catch (error) {
      failed.push({ subject: name, why: error instanceof Error ? error.message : String(error) })
    }
  }
  return { loaded, failed }
}

async function passes(edge: EdgeMiddleware, cookie: string): Promise<boolean> {
  return (await edge.request(cookie)).headers.get('x-middleware-next') === '1'
}

import { DEFAULT_REMOTE_API } from '../../next/default-remote-api.ts'
import { findBackend } from '../doctor/described.ts'
import { readProject } from '../doctor/project.ts'
import type { Io } from '../io.ts'
import type { Report } from '../report.ts'
import { Problem } from '../report.ts'
import { readCredentials } from './credentials.ts'
import { probeKnown } from './known.ts'
import { probeUnknown } from './unknown.ts'

/** Signs in to the backend of the folder and renews: by its description, or by paths alone. */
export async function probeBackend(
  io: Io,
  { signIn, refresh }: { readonly signIn?: string | undefined; readonly refresh?: string | undefined },
): Promise<Report> {
  const { declared, environment } = await readProject(io)
  const found = await findBackend(io.cwd, declared.config, environment)
  const remoteApi = (environment.REMOTE_API || DEFAULT_REMOTE_API).replace(/\/+$/, '')
  if (found.result === 'failed') throw new Problem(`${found.file} cannot be loaded: ${found.reason}`)
  if (found.result === 'found' && found.description && signIn === undefined)
    return probeKnown(io, remoteApi, found.description, await readCredentials(io))
  if (signIn === undefined)
    throw new Problem(
      'Nothing describes the backend yet: give --sign-in and --refresh, such as /auth/login and /auth/refresh.',
      2,
    )
  return probeUnknown(io, remoteApi, { signIn, refresh: refresh ?? signIn }, await readCredentials(io))
}

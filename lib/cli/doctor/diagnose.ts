import { GatewayError } from '../../gateway/errors.ts'
import type { GatewaySettings } from '../../gateway/options.ts'
import { ANY_REQUEST, signInPathFor } from '../../gateway/response/sign-in-path.ts'
import { createKeySet } from '../../gateway/token/key-set.ts'
import type { Io } from '../io.ts'
import { builtOptions, gatewaySettings } from '../settings.ts'
import type { Check, Finding } from './check.ts'
import { runChecks } from './check.ts'
import { appChecks, askApp } from './checks/app.ts'
import { askBackend, backendChecks } from './checks/backend.ts'
import { deliveryChecks } from './checks/delivery.ts'
import { binds, deviceChecks, devicePathsOf, deviceRouteChecks } from './checks/device.ts'
import { askDevicePaths, deviceAnswerChecks, seesHttps } from './checks/device-answers.ts'
import { deviceSessionChecks } from './checks/device-session.ts'
import { keySetChecks } from './checks/key-set.ts'
import { layoutChecks } from './checks/layout.ts'
import { buildChecks, routeChecks } from './checks/routes.ts'
import { secretChecks } from './checks/secrets.ts'
import { sessionChecks } from './checks/session.ts'
import { versionChecks } from './checks/versions.ts'
import type { OwnBackend } from './described.ts'
import { findBackend } from './described.ts'
import type { Project } from './project.ts'
import { readProject } from './project.ts'
import type { AppPlace, Credentials } from './sign-in.ts'
import { trySignIn } from './sign-in.ts'
import { tryDescribed } from './sign-in-described.ts'

export type Diagnosis = {
  readonly findings: readonly Finding[]
  /** How many checks were made. */
  readonly checked: number
  readonly notChecked: readonly { readonly what: string; readonly why: string }[]
}

export type Wishes = {
  /** Where the app runs; undefined: it is not asked. */
  readonly url?: string | undefined
  /** Undefined: nobody signs in. */
  readonly credentials?: Credentials | undefined
}

/** Looks at the app in `io.cwd` from all sides that can be had. */
export async function diagnose(io: Io, { url, credentials }: Wishes): Promise<Diagnosis> {
  const project = await readProject(io)
  const findings: Finding[] = []
  const notChecked: { what: string; why: string }[] = []
  let checked = 0

  function look<Subject>(checks: readonly Check<Subject>[], subject: Subject) {
    findings.push(...runChecks(checks, subject))
    checked += checks.length
  }
  const leaveOut = (what: string, why: string) => notChecked.push({ what, why })

  look([...layoutChecks, ...secretChecks, ...versionChecks, ...deviceChecks], project)
  const { build, declared } = project
  if (declared.gateway.result === 'failed')
    leaveOut(`the rules of ${declared.gateway.file}`, `it cannot be run here: ${declared.gateway.reason}`)
  if (declared.config.result === 'failed')
    leaveOut(`the options in ${declared.config.file}`, `it cannot be run here: ${declared.config.reason}`)
  if (build) look(buildChecks, { project, build })
  if (build?.olderThan) leaveOut('routes and matcher', 'the build is of older sources: run `next build`')
  else if (build && declared.gateway.result !== 'failed')
    look([...routeChecks, ...deliveryChecks, ...deviceRouteChecks], { project, build })
  if (!build) leaveOut('routes and matcher', 'there is no build: run `next build`')
  const found = await findBackend(io.cwd, project.declared.config, project.environment)
  if (found.result === 'failed')
    findings.push({
      ...{
        check: 'backend-file',
        level: 'error',
        message: `${found.file} cannot be loaded: ${found.reason}.`,
      },
      fix: 'Let it export its backend as the default; docs/backends/README.md shows one.',
    })
  checked += 1
  const own = found.result === 'found' ? found : null
  const settings = settingsOf(project, io, own)
  if (!settings) {
    leaveOut('backend and app', 'the environment cannot be used as it is')
    return { findings, checked, notChecked }
  }
  const backend = await askBackend(io, settings, own)
  look([...backendChecks, ...keySetChecks], backend)
  if (url === undefined) leaveOut('what the running app answers', 'give its address with --url')
  else {
    look(appChecks, await askApp(io, url, settings, project.build))
    if (binds(project)) {
      look(deviceAnswerChecks, await askDevicePaths(io, url, settings, project))
      if (!seesHttps(url, settings))
        leaveOut('the paths of device binding', 'give its https:// address with --url')
    }
  }
  if (!credentials) leaveOut('tokens and cookies of a session', 'name somebody who may sign in with --email')
  else if (backend.refresh.result === 'failed')
    leaveOut('tokens and cookies of a session', 'the backend cannot be reached')
  else {
    const place = placeOf(url, settings, project)
    const calls = own?.description ? tryDescribed : trySignIn
    const signIn = await calls(io, settings, credentials, place)
    look(sessionChecks, signIn)
    look(deviceSessionChecks, { project, signIn })
  }
  return { findings, checked, notChecked }
}

/** The sign-in page is public in every app, and public pages renew, too. */
function placeOf(url: string | undefined, settings: GatewaySettings, project: Project): AppPlace | undefined {
  if (url === undefined) return undefined
  const base = url.replace(/\/+$/, '') + (project.build?.basePath ?? '')
  const page = base + signInPathFor(settings, ANY_REQUEST)
  const device = seesHttps(url, settings) ? devicePathsOf(project) : null
  const [register, refresh] = (device ?? []).map((path) => base + path)
  return { page, binding: register && refresh ? { page, register, refresh } : null }
}

function settingsOf({ environment }: Project, io: Io, own: OwnBackend | null): GatewaySettings | null {
  try {
    const settings = gatewaySettings(environment, builtOptions(io.cwd), io, own?.backend)
    // Throws for a secret that is too short.
    createKeySet(settings)
    return URL.canParse(settings.remoteApi) ? settings : null
  } catch (error) {
    if (error instanceof GatewayError) return null
    throw error
  }
}

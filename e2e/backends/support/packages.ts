import { writeFileSync } from 'node:fs'
import { whyNoSimpleJwt } from '../real/simple-jwt.ts'
import { installPackages } from './real.ts'

/** Vitest's global set-up: the packages of real backends. Tells `npm test` which of them is not on this machine. */
export default function setup(): void {
  const problem = installPackages()
  if (problem) throw new Error(problem)
  const [file, missing] = [process.env.EVERGATE_UNTESTED, whyNoSimpleJwt()]
  if (file && missing) writeFileSync(file, JSON.stringify([`SimpleJWT of Django (${missing})`]))
}

import { installPackages } from './real.ts'

/** Vitest's global set-up: the packages of real backends. */
export default function setup(): void {
  const problem = installPackages()
  if (problem) throw new Error(problem)
}

import { spawnSync } from 'node:child_process'

/** How git treats a file; `none` outside a repository, or without git. */
export type GitState = 'tracked' | 'ignored' | 'untracked' | 'none'

export function gitState(cwd: string, path: string): GitState {
  const git = (...args: string[]) => spawnSync('git', args, { cwd, stdio: 'ignore' }).status
  if (git('rev-parse', '--is-inside-work-tree') !== 0) return 'none'
  if (git('ls-files', '--error-unmatch', '--', path) === 0) return 'tracked'
  return git('check-ignore', '--quiet', '--', path) === 0 ? 'ignored' : 'untracked'
}

import { environmentProblems } from '../../../next/config/environment.ts'
import type { Check } from '../check.ts'
import { when } from '../check.ts'
import type { EnvFile, Project } from '../project.ts'
import { SECRET_VARIABLES, secretsIn } from '../secrets.ts'

const isSecret = (variable: string) => SECRET_VARIABLES.includes(variable)
const holdsSecrets = ({ values }: EnvFile) =>
  Object.keys(values).some((name) => isSecret(name) && values[name])
const isWeak = (secret: string) => environmentProblems({ ETLS_ACCESS: secret }, false).length > 0
const unique = (names: readonly string[]) => [...new Set(names)]

/** How secrets are made and kept. */
export const secretChecks: readonly Check<Project>[] = [
  {
    id: 'environment-invalid',
    title: 'every variable has a value that can be used',
    level: 'error',
    run: ({ environment }) =>
      environmentProblems(environment, false)
        .filter((problem) => !isSecret(problem.split(':')[0] ?? ''))
        .map((message) => ({
          message: `${message}.`,
          fix: 'docs/configuration.md says what each takes.',
        })),
  },
  {
    id: 'secret-missing',
    title: 'the gateway has a secret to sign with',
    level: 'error',
    run: ({ environment }) =>
      when(
        !environment.GATEWAY_SECRET && !environment.ETLS_ACCESS,
        'GATEWAY_SECRET is not set.',
        'Run `npx evergate keys make`.',
      ),
  },
  {
    id: 'secret-weak',
    title: 'no secret can be guessed',
    level: 'error',
    run: ({ environment }) => {
      const texts = ['ETLS_ACCESS', 'ETLS_REFRESH', 'GATEWAY_SECRET'].filter((name) =>
        (name === 'ETLS_ACCESS' ? [environment[name]] : environment[name]?.split(','))?.some(
          (secret) => secret !== undefined && isWeak(secret.trim()),
        ),
      )
      return texts.map((name) => ({
        message: `${name} is too short or too regular: whoever guesses it makes sessions of his own.`,
        fix: 'Make one with `npx evergate keys make gateway --print`: 32 random bytes.',
      }))
    },
  },
  {
    id: 'secret-reused',
    title: 'each secret has one purpose',
    level: 'error',
    run: ({ environment }) => {
      const secrets = secretsIn(environment)
      const shared = secrets.filter(({ variable, value }) =>
        secrets.some((other) => other.variable !== variable && other.value === value),
      )
      return when(
        shared.length > 0,
        `${unique(shared.map(({ variable }) => variable)).join(' and ')} are the same: a leak of one is a leak of both.`,
        'Make one of them anew: `npx evergate keys rotate gateway`.',
      )
    },
  },
  {
    id: 'secret-public',
    title: 'no secret has a name that Next gives to browsers',
    level: 'error',
    run: ({ environment }) => {
      const values = new Set(secretsIn(environment).map(({ value }) => value))
      const names = Object.keys(environment).filter(
        (name) =>
          name.startsWith('NEXT_PUBLIC_') &&
          (isSecret(name.slice(12)) || values.has(environment[name] ?? '')),
      )
      return names.map((name) => ({
        message: `${name} holds a secret, and Next writes NEXT_PUBLIC_ variables into every browser’s scripts.`,
        fix: 'Delete it, rotate the secret, and build again.',
      }))
    },
  },
  {
    id: 'secret-in-bundle',
    title: 'no secret stands in what browsers load',
    level: 'error',
    run: ({ leaks }) =>
      leaks.map(({ variable, path }) => ({
        message: `${path} contains ${variable}, and is served to everybody.`,
        fix: `Find the client component that reads it, rotate ${variable}, and build again.`,
      })),
  },
  {
    id: 'env-file-tracked',
    title: 'no secret is committed',
    level: 'error',
    run: ({ envFiles }) =>
      envFiles
        .filter((file) => file.git === 'tracked' && holdsSecrets(file))
        .map(({ path }) => ({
          message: `${path} holds secrets and is tracked by git.`,
          fix: `git rm --cached ${path}, ignore it, and rotate what it held: the history keeps it.`,
        })),
  },
  {
    id: 'env-file-not-ignored',
    title: 'git ignores files with secrets',
    level: 'warning',
    run: ({ envFiles }) =>
      envFiles
        .filter((file) => file.git === 'untracked' && holdsSecrets(file))
        .map(({ path }) => ({
          message: `${path} holds secrets, and no .gitignore names it: the next \`git add .\` commits it.`,
          fix: 'Add the line .env*.local to .gitignore.',
        })),
  },
  {
    id: 'env-file-open',
    title: 'only its owner reads a file with secrets',
    level: 'warning',
    run: ({ envFiles }) =>
      envFiles
        .filter((file) => file.access === 'others' && holdsSecrets(file))
        .map(({ path }) => ({
          message: `${path} holds secrets, and other users of this machine can read it.`,
          fix: `chmod 600 ${path}`,
        })),
  },
  {
    id: 'keys-ambiguous',
    title: 'one way to verify access tokens is configured',
    level: 'warning',
    run: ({ environment }) => {
      const other = ['JWKS_URL', 'JWKS'].find((name) => environment[name])
      return when(
        environment.ETLS_ACCESS && other,
        `ETLS_ACCESS and ${other} are both set: ETLS_ACCESS counts, and ${other} is not used.`,
        'Unset the one that your backend does not sign with.',
      )
    },
  },
  {
    id: 'refresh-timeout',
    title: 'a renewal gives up before the host does',
    level: 'warning',
    run: ({ environment }) =>
      when(
        Number(environment.REFRESH_TIMEOUT) > 10_000,
        'REFRESH_TIMEOUT is over 10 s: hosts and visitors give up before, and nobody sees the waiting page.',
        'Take 10000 or less.',
      ),
  },
]

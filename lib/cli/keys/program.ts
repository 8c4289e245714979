import type { Command } from 'commander'
import { Argument } from 'commander'
import type { Finish } from '../finish.ts'
import type { Io } from '../io.ts'
import { changeKeys, changes, list, make } from './commands.ts'
import { openKeyFile } from './key-file.ts'
import type { KindName } from './kinds.ts'
import { KINDS } from './kinds.ts'

const HELP = `
Kinds: gateway (the app's GATEWAY_SECRET), signing and refresh (the auth server's SIGNING_KEYS and ETLS_REFRESH), feed (FEED_SECRET of both).
Without KIND rotate, stage and retire do all that are in use but feed, which has no older key: rotate feed, and restart both parts together. The keys are those of .env.local.
One process of each part: rotate, restart. Several, or no pause: stage, restart all, rotate, restart all.

Example: evergate keys rotate gateway`

export function addKeys(program: Command, io: Io, finish: Finish): void {
  const keys = program
    .command('keys')
    .description('makes, rotates and lists keys and secrets, without signing anybody out')
    .addHelpText('after', HELP)
  const kind = () => new Argument('[kind]').choices(KINDS)
  const file = () => openKeyFile(io)
  const sub = (name: string, description: string) =>
    keys.command(name).description(description).option('--json', 'one JSON document')

  sub('list', 'what is in use, by names that are not secret')
    .addArgument(kind())
    .action((name?: KindName) => finish(list(file(), name)))

  sub('make', 'makes the first key of a kind, gateway unless named, and keeps it in .env.local')
    .addArgument(kind())
    .option('--print', 'prints it instead, for a place of your own; it is secret')
    .action(async (name: KindName = 'gateway', { print }: { print?: true }) =>
      finish(await make(file(), name, print ? 'output' : 'file')),
    )

  const change = (what: keyof typeof changes, name?: KindName) =>
    changeKeys(file(), changes[what], name, io.clock()).then(finish)

  sub('rotate', 'a new key makes tokens from the next start on; the ones before are still accepted')
    .addArgument(kind())
    .action((name?: KindName) => change('rotate', name))

  sub('stage', 'a new key is accepted, and makes nothing yet; the next rotate takes it')
    .addArgument(kind())
    .action((name?: KindName) => change('stage', name))

  sub('retire', 'drops the ones before, once every token they made has ended')
    .addArgument(kind())
    .option('--force', 'at once')
    .action((name: KindName | undefined, { force }: { force?: true }) =>
      change(force ? 'drop' : 'retire', name),
    )
}

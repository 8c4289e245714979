import type { FactorKind } from '../../store/factors.ts'
import { addressOf } from './address-of.ts'
import type { Command } from './command.ts'
import { haveEnded } from './have-ended.ts'
import { Problem } from './problem.ts'

const NAMES: Readonly<Record<FactorKind, string>> = {
  totp: 'authenticator app',
  passkey: 'passkey',
  'recovery-code': 'recovery code',
  'trusted-device': 'trusted device',
}
const minute = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')

/** `users factors`: what somebody proves with besides the password. */
export const factors: Command = {
  usage: 'EMAIL [--remove]',
  help: [
    'factors beside the password: authenticator app, passkeys, recovery codes, trusted devices',
    '--remove           removes all of them, and ends every session: for somebody who has lost',
    '                   theirs. Be sure who asks',
  ],
  options: { remove: 'flag' },
  words: 1,
  prepare([typed], { remove }) {
    const address = addressOf(typed)
    return async ({ store, accounts, audit, operator, userOf, print }) => {
      const user = await userOf(address)
      if (!remove) {
        const found = await store.factors.list(user.id)
        audit({ event: 'user-shown', operator }, { userId: user.id })
        for (const { kind, name, createdAt, usedAt } of found)
          print(
            `${NAMES[kind].padEnd(17)}  since ${minute(createdAt)}  ${usedAt ? `used ${minute(usedAt)}  ` : ''}${name}`,
          )
        if (found.length === 0) print(`${address} has no factor beside the password.`)
        return
      }
      const { removed, ended } = await accounts.removeFactors(user)
      if (removed === 0) throw new Problem(1, `${address} has no factor beside the password.`)
      print(`${address} signs in with the password alone, and ${haveEnded(ended)}.`)
    }
  },
}

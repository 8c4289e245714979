import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { whyGuessable } from '../../passwords/guessable.ts'
import { hashPassword, newPassword } from '../../passwords/passwords.ts'
import { personName, userRoles } from '../../routes/fields.ts'
import { newId } from '../../store/new-id.ts'
import type { User } from '../../store/store.ts'
import { dossierOf } from '../../users/dossier.ts'
import { addressOf } from './address-of.ts'
import type { Command } from './command.ts'
import { eventsIn } from './events-in.ts'
import { factors } from './factors.ts'
import { faultInWords } from './fault-in-words.ts'
import { haveEnded } from './have-ended.ts'
import { importUsers } from './import.ts'
import { Problem } from './problem.ts'

function rolesOf(typed = ''): readonly string[] {
  const roles = userRoles.safeParse(typed.split(',').filter((role) => role !== ''))
  if (!roles.success) throw new Problem(2, `"${typed}" is no list of roles, such as user,admin.`)
  return roles.data
}

const day = (time: number) => new Date(time).toISOString().slice(0, 10)
const minute = (time: number) => new Date(time).toISOString().slice(0, 16).replace('T', ' ')
const rolesIn = ({ roles }: Pick<User, 'roles'>) => roles.join(',') || '-'

const add: Command = {
  usage: 'EMAIL',
  help: [
    'a new user; prints a password made for them, to be changed by them',
    '--name NAME        default: what stands before the @',
    '--roles A,B        default: user',
    '--password-stdin   takes the password from standard input, and prints none',
  ],
  options: { name: 'text', roles: 'text', 'password-stdin': 'flag' },
  words: 1,
  prepare([typed], { name, roles, ...options }) {
    const address = addressOf(typed)
    const called = personName.safeParse(name ?? address.split('@')[0])
    if (!called.success) throw new Problem(2, `The name ${faultInWords(called.error.issues[0]?.message)}.`)
    const given = rolesOf(String(roles ?? 'user'))
    return async ({ accounts, print }) => {
      const made = options['password-stdin'] ? undefined : randomBytes(15).toString('base64url')
      const password = made ?? (await text(process.stdin)).replace(/\r?\n$/, '')
      const valid = newPassword.safeParse(password)
      if (!valid.success)
        throw new Problem(1, `The password ${faultInWords(valid.error.issues[0]?.message)}.`)
      const guessable = whyGuessable(password, [address, called.data])
      if (guessable) throw new Problem(1, `The password ${faultInWords(guessable)}.`)
      const passwordHash = await hashPassword(password)
      const user = { id: newId(randomBytes), email: address, name: called.data, roles: given, passwordHash }
      if (!(await accounts.add(user))) throw new Problem(1, `There is a user ${address} already.`)
      print(made ? `${address} may sign in with the password ${made}` : `${address} may sign in.`)
    }
  },
}

const list: Command = {
  usage: '[BEGINNING]',
  help: [
    'all users, or those whose addresses begin so: address, roles, day of registration,',
    'id (userId in the log), whether disabled',
  ],
  words: 1,
  prepare:
    ([typed = '']) =>
    async ({ store: { users }, print }) => {
      const prefix = typed.trim().toLowerCase()
      for (let last: string | undefined = ''; last !== undefined; ) {
        const page: User[] = await users.list(last, 500, prefix)
        for (const user of page) {
          const ended = user.disabledAt === null ? '' : `  disabled ${day(user.disabledAt)}`
          print(
            `${user.email.padEnd(32)}  ${rolesIn(user).padEnd(12)}  ${day(user.createdAt)}  ${user.id}${ended}`,
          )
        }
        last = page.at(-1)?.email
      }
    },
}

const show: Command = {
  usage: 'EMAIL',
  help: ['one user, and their live sessions'],
  words: 1,
  prepare([typed]) {
    const address = addressOf(typed)
    return async ({ store, audit, operator, userOf, print }) => {
      const user = await userOf(address)
      const live = await store.sessions.listLive(user.id)
      audit({ event: 'user-shown', operator }, { userId: user.id })
      print(`address     ${user.email}`)
      print(`name        ${user.name}`)
      print(`id          ${user.id}`)
      print(`roles       ${rolesIn(user)}`)
      print(`registered  ${minute(user.createdAt)}`)
      if (user.disabledAt !== null) print(`disabled    ${minute(user.disabledAt)}`)
      const bound = live.filter(({ deviceKey }) => deviceKey !== null).length
      print(`sessions    ${live.length}${bound ? `, ${bound} bound to their devices` : ''}`)
      for (const { sid, createdAt, lastSeenAt, address, userAgent, deviceKey } of live)
        print(
          `  ${sid}  begun ${minute(createdAt)}  renewed ${minute(lastSeenAt)}  ${address}  ${userAgent}${deviceKey === null ? '' : '  bound'}`,
        )
    }
  },
}

const roles: Command = {
  usage: 'EMAIL ROLES',
  help: [
    'gives the user these roles and no others: user,admin; "" for none.',
    'Their sessions go on with them: at once where gateways read GET /ended,',
    'else at their next renewal',
  ],
  words: 2,
  prepare([typed, list]) {
    const [address, to] = [addressOf(typed), rolesOf(list)]
    return async ({ accounts, userOf, print }) => {
      if (!(await accounts.setRoles(await userOf(address), to))) throw new Problem(1, `${address} is gone.`)
      print(`${address} has ${to.length === 0 ? 'no roles' : `the roles ${to.join(',')}`}.`)
    }
  },
}

const disable: Command = {
  usage: 'EMAIL',
  help: ['no more signing in; every session of theirs ends at once'],
  words: 1,
  prepare([typed]) {
    const address = addressOf(typed)
    return async ({ accounts, userOf, print }) => {
      const count = (await accounts.disable(await userOf(address))) ?? 0
      print(`${address} is disabled, and ${haveEnded(count)}.`)
    }
  },
}

const enable: Command = {
  usage: 'EMAIL',
  help: ['may sign in again; what was ended stays so'],
  words: 1,
  prepare([typed]) {
    const address = addressOf(typed)
    return async ({ accounts, userOf, print }) => {
      await accounts.enable(await userOf(address))
      print(`${address} may sign in.`)
    }
  },
}

const remove: Command = {
  usage: 'EMAIL --yes',
  help: ['deletes the user for good, with every session of theirs'],
  options: { yes: 'flag' },
  words: 1,
  prepare([typed], { yes }) {
    const address = addressOf(typed)
    if (!yes)
      throw new Problem(2, `Nothing was done. A deletion is for good: say --yes to delete ${address}.`)
    return async ({ accounts, userOf, print }) => {
      print(`${address} is deleted, and ${haveEnded(await accounts.delete(await userOf(address)))}.`)
    }
  },
}

const handOut: Command = {
  usage: 'EMAIL',
  help: [
    'everything that is known of the user, as JSON',
    '--log FILE         their events out of the auth server’s log, besides',
  ],
  options: { log: 'text' },
  words: 1,
  prepare([typed], { log }) {
    const address = addressOf(typed)
    return async ({ store, audit, operator, userOf, print }) => {
      const user = await userOf(address)
      const events = typeof log === 'string' ? eventsIn(readLog(log), user.id) : undefined
      const dossier = await dossierOf(user, store, events)
      audit({ event: 'user-exported', operator }, { userId: user.id })
      print(JSON.stringify(dossier, null, 2))
    }
  },
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Problem(1, `${file} cannot be read.`)
  }
}

/** The commands of `users`, in the order of the help. */
export const commands: Readonly<Record<string, Command>> = {
  add,
  list,
  show,
  roles,
  disable,
  enable,
  factors,
  import: importUsers,
  delete: remove,
  export: handOut,
}

import { below } from '../_lib/base-path'
import { Button } from '../_ui/button'
import { Field } from '../_ui/field'
import { Notice } from '../_ui/notice'
import { findPeople, type Person } from './people'

/** A search that is an address: it works without JavaScript, and can be bookmarked. */
export async function FindPerson({ email, after }: { email: string; after: string }) {
  const answer = await findPeople(email, after)
  return (
    <>
      <form action={below('/admin')} className="flex max-w-md flex-wrap items-start gap-x-4">
        <div className="min-w-56 flex-1">
          <Field
            name="email"
            label="E-mail begins with"
            type="search"
            inputMode="email"
            autoComplete="off"
            defaultValue={email}
          />
        </div>
        <div className="sm:pt-[1.875rem]">
          <Button look="quiet">Find</Button>
        </div>
      </form>
      {answer.kind === 'unavailable' && (
        <Notice title="The auth server does not answer right now.">
          <p>Ask again in a moment.</p>
        </Notice>
      )}
      {answer.kind === 'unknown' && <p>Nobody can have such an address.</p>}
      {answer.kind === 'found' && <People people={answer.people} />}
      {answer.kind === 'found' && answer.next !== null && (
        <p className="mt-4">
          <a href={below(`/admin?${new URLSearchParams({ email, after: answer.next })}`)} className="link">
            More people
          </a>
        </p>
      )}
    </>
  )
}

function People({ people }: { people: Person[] }) {
  if (people.length === 0) return <p className="mt-2 text-muted">Nobody is found.</p>
  return (
    <ul className="mt-2 divide-y divide-line">
      {people.map(({ id, email, name, roles, disabledAt }) => (
        <li key={id} className="py-1">
          <a
            href={below(`/admin?${new URLSearchParams({ person: id })}`)}
            className="link inline-flex min-h-11 max-w-full items-center break-all"
          >
            {email}
          </a>
          <p className="pb-2 text-sm text-muted">
            {[name, roles.join(', ') || 'no roles', disabledAt && 'disabled'].filter(Boolean).join(' · ')}
          </p>
        </li>
      ))}
    </ul>
  )
}

import Link from 'next/link'
import { below } from '../_lib/base-path'
import { LocalTime } from '../_ui/local-time'
import { Notice } from '../_ui/notice'
import { Fact, Facts, Section } from '../_ui/section'
import { lookAt } from './people'
import { PersonActions } from './person-actions'
import { DeletePerson, PersonData } from './person-data'
import { Factors } from './person-factors'
import { PersonRoles } from './person-roles'

type Props = {
  id: string
  self: string
  /** Why their data was not handed out. */
  problem: string | null
}

/** One person: who they are, where they are signed in, and what an administrator can do about it. */
export async function PersonSections({ id, self, problem }: Props) {
  const answer = await lookAt(id)
  const back = (
    <a href={below('/admin')} className="link">
      Find somebody else
    </a>
  )
  if (answer.kind !== 'found')
    return (
      <Section title="Person">
        <Notice
          title={
            answer.kind === 'unknown'
              ? 'There is nobody with this id.'
              : 'The auth server does not answer right now.'
          }
        >
          <p>{back}</p>
        </Notice>
      </Section>
    )
  const { person, sessions, factors } = answer
  const isSelf = person.id === self
  return (
    <>
      <Section title="Person">
        <Facts>
          <Fact term="E-mail">
            <span className="break-all">{person.email}</span>
          </Fact>
          <Fact term="Name">{person.name}</Fact>
          <Fact term="Roles">{person.roles.join(', ') || 'none'}</Fact>
          <Fact term="Registered">
            <LocalTime at={person.createdAt} />
          </Fact>
          {person.disabledAt !== null && (
            <Fact term="Disabled">
              <LocalTime at={person.disabledAt} />
            </Fact>
          )}
          <Fact term="Id">
            <code className="font-mono text-sm break-all">{person.id}</code>
          </Fact>
        </Facts>
        <p className="mt-6">{back}</p>
      </Section>
      <Section title="Signed in on">
        <PersonActions person={person} sessions={sessions} isSelf={isSelf} />
      </Section>
      {!isSelf && (
        <Section title="Roles">
          <PersonRoles key={person.roles.join()} person={person} />
        </Section>
      )}
      <Section title="Second factors">
        <Factors person={person} factors={factors} isSelf={isSelf} />
      </Section>
      <Section title={isSelf ? 'Your data' : 'Their data'}>
        {isSelf ? (
          <Link href="/sessions/data" className="link">
            Take it with you, or delete it
          </Link>
        ) : (
          <PersonData person={person} problem={problem} />
        )}
      </Section>
      {!isSelf && (
        <Section title="Delete the account">
          <DeletePerson person={person} />
        </Section>
      )}
    </>
  )
}

import { requireSession } from 'evergate/next'
import type { Metadata } from 'next'
import Link from 'next/link'
import { paramOf, type SearchParams } from '../_lib/guards'
import { LocalTime } from '../_ui/local-time'
import { PageMain } from '../_ui/page-main'
import { Fact, Facts, Section } from '../_ui/section'
import { problemIn } from '../sessions/data/problems'
import { AddPerson } from './add/add-person'
import { FindPerson } from './find-person'
import { adminNeeds } from './needs'
import { PersonSections } from './person'

export const metadata: Metadata = { title: 'Admin' }

export default async function AdminPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession(adminNeeds())
  const person = await paramOf(searchParams, 'person')
  return (
    <PageMain
      title="Admin"
      account={session.user.id}
      lead={<p>Only the role admin gets here. Anybody else is answered 403, before this page is rendered.</p>}
    >
      {person ? (
        <PersonSections
          id={person}
          self={session.user.id}
          problem={problemIn(await paramOf(searchParams, 'problem'))}
        />
      ) : (
        <Section title="Find a person">
          {(await paramOf(searchParams, 'done')) === 'delete' && (
            <p role="status" className="mb-6">
              The account is deleted, and every session of it is ended.
            </p>
          )}
          <FindPerson
            email={(await paramOf(searchParams, 'email')) ?? ''}
            after={(await paramOf(searchParams, 'after')) ?? ''}
          />
        </Section>
      )}
      {!person && (
        <Section title="Add a person">
          <AddPerson />
        </Section>
      )}
      <Section title="Inspector">
        <p>
          <Link href="/inspector" className="link">
            Watch the gateway decide
          </Link>{' '}
          about this session, live.
        </p>
      </Section>
      <Section title="Checked twice">
        <ol className="list-decimal space-y-3 pl-5 marker:text-accent">
          <li>By the gateway: a path rule asks for the role, and refuses the request without it.</li>
          <li>By this page: it verifies the token once more and asks for the role itself.</li>
        </ol>
      </Section>
      <Section title="What the token says">
        <Facts>
          <Fact term="Subject">
            <code className="font-mono text-sm break-all">{session.user.id}</code>
          </Fact>
          <Fact term="Session">
            <code className="font-mono text-sm break-all">{session.sid}</code>
          </Fact>
          <Fact term="Roles">{session.roles.join(', ')}</Fact>
          <Fact term="Issued">
            <LocalTime at={session.issuedAt} />
          </Fact>
          <Fact term="Ends">
            <LocalTime at={session.expiresAt} />
          </Fact>
        </Facts>
      </Section>
    </PageMain>
  )
}

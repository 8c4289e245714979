import { describe, expect, it } from 'vitest'
import { authServerExamples, gatewayExamples } from '../../docs/examples/events.ts'
import { secretsIn } from '../../e2e/support/secrecy.ts'
import { read } from '../testing/docs/pages.ts'
import { EVENTS_PAGE, eventsOf, eventsPage, sources } from './events/page.ts'

const page = read(EVENTS_PAGE)
const events = sources.flatMap(eventsOf)
const names = events.map(({ name }) => name)

describe('the catalogue of events', () => {
  it('is what `npm run docs:api` makes of the types', () => {
    expect(page, 'run npm run docs:api').toBe(eventsPage())
  })

  it('has each event of both sides, once', () => {
    expect([...names].sort()).toEqual(
      [...Object.keys(gatewayExamples), ...Object.keys(authServerExamples)].sort(),
    )
  })

  it.each(events)('says what $name is, and shows it', ({ name, comment }) => {
    expect(comment.length, 'a comment before its type').toBeGreaterThan(15)
    const section = page.split(/^### /m).find((text) => text.startsWith(`${name}\n`)) ?? ''
    const lines = [...section.matchAll(/^```json\n(.*)\n```$/gm)].map(([, line = '']) => JSON.parse(line))
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines) expect(line.type ?? line.event).toBe(name)
  })

  it('shows no token, no cookie and no password', () => {
    expect(secretsIn(page, {})).toEqual([])
  })
})

it('an event without a comment would be found, and what stands before all of them is none', () => {
  const found = eventsOf({
    ...{ title: '', file: 'scripts/fixtures/events.ts', type: 'Some', key: 'type', common: [] },
  })
  expect(found).toMatchObject([
    { name: 'commented', comment: 'It has happened.', fields: [{ comment: 'The person who was told.' }] },
    { name: 'uncommented', comment: '', fields: [], groups: ['Subject'] },
  ])
})

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../testing/harness.ts'
import type { MailKind } from './mail.ts'
import { readTexts } from './texts.ts'

const values = {
  name: 'Ada',
  link: 'https://app.example/reset?token=x&y=1',
  minutes: '30',
  service: 'Bread & <Butter>',
  address: 'ada@example.com',
}
const kinds: MailKind[] = [
  'reset-password',
  'verify-email',
  'change-email',
  'email-changed',
  'password-changed',
]

describe.each(['en', 'de'])('the texts that come along, in %s', (language) => {
  it.each(kinds)('%s has a subject, plain text and HTML, with everything filled in', (kind) => {
    const { subject, text, html } = readTexts().write(kind, language, values)
    expect(`${subject}${text}${html}`).not.toMatch(/\{\{|\}\}/)
    expect(subject).toContain('Bread & <Butter>')
    expect(text).toContain(values.link)
    expect(html).toContain('href="https://app.example/reset?token=x&#38;y=1"')
    expect(html).toContain('Bread &#38; &#60;Butter&#62;')
    expect(html).not.toContain('<Butter>')
    expect(html).toContain(`lang="${language}"`)
  })
})

it.each([
  ['', 'en'],
  ['fr', 'en'],
  ['de', 'de'],
  ['de-AT;q=0.5, en;q=0.4', 'de'],
  ['en;q=0.4,de;q=0', 'en'],
  ['*', 'en'],
  ['../../etc', 'en'],
])('somebody who reads "%s" is written to in %s', (accepted, language) => {
  expect(readTexts().write('reset-password', accepted, values).html).toContain(`lang="${language}"`)
})

it('texts of one’s own come first, and what they lack is taken from the others', () => {
  const folder = temporaryDirectory()
  mkdirSync(join(folder, 'fr'))
  writeFileSync(
    join(folder, 'fr', 'reset-password.txt'),
    'Subject: Mot de passe, {{name}}\n\n{{link}} {{other}}\n',
  )
  writeFileSync(join(folder, 'fr', 'reset-password.html'), '<p>{{name}}</p>')
  const texts = readTexts(folder)
  const odd = { ...values, name: 'A\r\nBcc: <eve>' }
  expect(texts.write('reset-password', 'fr-CA', odd)).toEqual({
    subject: 'Mot de passe, A Bcc: <eve>',
    text: 'https://app.example/reset?token=x&y=1 {{other}}\n',
    html: '<p>A\r\nBcc: &#60;eve&#62;</p>',
  })
  expect(texts.write('verify-email', 'fr', values).html).toContain('lang="en"')
})

it('a text without a subject, or a folder that is not there, is said at the start', () => {
  const folder = temporaryDirectory()
  mkdirSync(join(folder, 'fr'))
  writeFileSync(join(folder, 'fr', 'reset-password.txt'), 'Bonjour')
  writeFileSync(join(folder, 'fr', 'reset-password.html'), '<p></p>')
  expect(() => readTexts(folder)).toThrow(/reset-password\.txt must begin with a line/)
  expect(() => readTexts(join(folder, 'none'))).toThrow(/none/)
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mail, MailKind } from './mail.ts'

/** Values of a text's places, which are written `{{name}}`. */
type Values = Readonly<Record<'name' | 'link' | 'minutes' | 'service' | 'address', string>>

/** Messages in all languages that there are. */
export interface Texts {
  /** @param languages - what the person reads, best first: an `Accept-Language` */
  write(kind: MailKind, languages: string, values: Values): Omit<Mail, 'to'>
}

interface Text {
  readonly subject: string
  readonly text: string
  readonly html: string
}

const KINDS: Readonly<Record<MailKind, true>> = {
  'reset-password': true,
  'verify-email': true,
  'change-email': true,
  'email-changed': true,
  'password-changed': true,
  'factors-changed': true,
}
const FALLBACK = 'en'
const SHIPPED = join(import.meta.dirname, 'texts')

/**
 * Reads the texts: a folder for each language, in it `KIND.txt` (its first line is the subject) and `KIND.html`.
 *
 * @param folder - of your own; what it lacks is taken from those that come along
 * @throws Error with the name of the file that cannot be used
 */
export function readTexts(folder?: string): Texts {
  const languages = new Map<string, Map<MailKind, Text>>()
  for (const place of [SHIPPED, ...(folder === undefined ? [] : [folder])])
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      const texts = languages.get(entry.name.toLowerCase()) ?? new Map<MailKind, Text>()
      languages.set(entry.name.toLowerCase(), texts)
      for (const kind of Object.keys(KINDS) as MailKind[]) {
        const found = readText(join(place, entry.name, kind), place === SHIPPED)
        if (found) texts.set(kind, found)
      }
    }

  return {
    write(kind, accepted, values) {
      const text = [...wanted(accepted), FALLBACK].map((name) => languages.get(name)?.get(kind)).find(Boolean)
      if (!text) throw new Error(`There is no text ${FALLBACK}/${kind}.`)
      return {
        // One line: what a person is called must not become a header.
        subject: fill(text.subject, values, (value) => value.replace(/\s+/g, ' ')),
        text: fill(text.text, values, (value) => value),
        html: fill(text.html, values, escapeHtml),
      }
    },
  }
}

function readText(path: string, needed: boolean): Text | undefined {
  let files: string[]
  try {
    files = [readFileSync(`${path}.txt`, 'utf8'), readFileSync(`${path}.html`, 'utf8')]
  } catch (error) {
    if (needed) throw error
    return undefined
  }
  const [plain = '', html = ''] = files
  const [, subject, text] = /^Subject: ([^\r\n]+)\r?\n\r?\n([\s\S]+)$/.exec(plain) ?? []
  if (subject === undefined || text === undefined)
    throw new Error(`${path}.txt must begin with a line "Subject: …" and an empty line.`)
  return { subject, text, html }
}

/** `de-CH, de;q=0.9, en;q=0.8` → `de-ch`, `de`, `en`. */
function wanted(accepted: string): string[] {
  const ranges = accepted
    .slice(0, 200)
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [name = '', quality] = range.trim().split(/\s*;\s*q=/)
      return { name, quality: quality === undefined ? 1 : Number(quality) || 0 }
    })
  return ranges
    .filter(({ name, quality }) => /^[a-z]{2,3}(-[a-z\d]+)*$/.test(name) && quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .flatMap(({ name }) => [name, name.split('-')[0] ?? name])
}

function fill(text: string, values: Values, write: (value: string) => string): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? write(values[name as keyof Values]) : whole,
  )
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

import { createTransport } from 'nodemailer'
import { expect, it } from 'vitest'
import { readMailFile } from './mail-file'

/** As `MAIL_DIR` has it. */
async function written(mail: { subject: string; text: string }): Promise<string> {
  const transport = createTransport({ streamTransport: true, buffer: true })
  const html = '<p>Something else</p>'
  const envelope = { from: 'Example <no-reply@example.com>', to: 'ada@example.com' }
  return String((await transport.sendMail({ ...envelope, ...mail, html })).message)
}

const LINK = `https://app.example/reset?token=${'x'.repeat(43)}`

it.each([
  ['a short one', 'Hello', 'Hello\n\nOpen the page.'],
  ['one with a long line', 'A new password for Example', `Hello,\n\n${LINK}\n\n${'a word '.repeat(40)}`],
  ['German', 'Ein neues Passwort für Größenwahn & Söhne, die längste Firma', `Öffne diese Seite:\n\n${LINK}`],
  ['one with an equals sign', 'a=b', 'a=3D and =?UTF-8?Q?no?= word'],
  ['one with letters of many bytes', '日本語の件名', '日本語の本文'.repeat(30)],
])('a message of the mailbox is read as it was written: %s', async (_title, subject, text) => {
  const mail = readMailFile(await written({ subject, text }))
  expect(mail).toEqual({ to: 'ada@example.com', subject, text: text.trim() })
})

it.each(['', 'no message', 'To: ada@example.com\r\n\r\nno part', '\0'.repeat(100)])(
  'anything else is none: %j',
  (raw) => {
    expect(readMailFile(raw)).toBeNull()
  },
)

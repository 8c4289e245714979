import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../testing/harness.ts'
import { startSmtpServer } from '../testing/smtp-server.ts'
import { mailbox, mailOptions, smtp } from './transports.ts'

const mail = { to: 'ada@example.com', subject: 'Grüße', text: 'Hallo Ada', html: '<p>Hallo Ada</p>' }

it('hands mail to an SMTP server, as plain text and HTML', async () => {
  const server = await startSmtpServer()
  await smtp({ url: server.url, from: 'Example <no-reply@example.com>' })(mail)
  const [received] = server.mails
  expect(received).toMatchObject({ from: 'no-reply@example.com', to: ['ada@example.com'] })
  expect(received?.raw).toContain('From: Example <no-reply@example.com>')
  expect(received?.raw).toContain('multipart/alternative')
  expect(received?.raw).toContain('Hallo Ada')
})

it('what a person is called, or an address, puts no header and no other recipient into a mail', async () => {
  const server = await startSmtpServer()
  const send = smtp({ url: server.url, from: 'no-reply@example.com' })
  await send({ ...mail, subject: 'Hello\r\nBcc: eve@example.com' })
  expect(server.mails[0]?.to).toEqual(['ada@example.com'])
  expect(server.mails[0]?.raw).not.toMatch(/^Bcc:/m)
})

it('says so when the SMTP server is away', async () => {
  const send = smtp({ url: 'smtp://127.0.0.1:1', from: 'no-reply@example.com' })
  await expect(send(mail)).rejects.toThrow('ECONNREFUSED')
})

it('puts mail into a folder that only its owner reads', async () => {
  const folder = join(temporaryDirectory(), 'mail')
  const { sendMail } = mailOptions({ folder, from: 'no-reply@example.com', appUrl: 'https://app.example' })
  await sendMail(mail)
  await mailbox({ folder, from: 'no-reply@example.com' })(mail)
  const files = readdirSync(folder)
  expect(files).toHaveLength(2)
  const path = join(folder, files[0] ?? '')
  expect(readFileSync(path, 'utf8')).toContain('To: ada@example.com')
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(statSync(folder).mode & 0o077).toBe(0)
})

import { expect, it } from 'vitest'
import { readMailFile } from './mail-file'

/** A title, the subject, the text, and the file as nodemailer has written it. */
const messages: readonly [string, string, string, string][] = [
  [
    'a short one',
    `Hello`,
    `Hello

Open the page.`,
    `From: Example <no-reply@example.com>
To: ada@example.com
Subject: Hello
Message-ID: <1@example.com>
Date: Tue, 01 Jan 2030 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="--_NmP-c2bbc154218c3e99-Part_1"

----_NmP-c2bbc154218c3e99-Part_1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Hello

Open the page.
----_NmP-c2bbc154218c3e99-Part_1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 7bit

<p>Hi</p>
----_NmP-c2bbc154218c3e99-Part_1--
`,
  ],
  [
    'one with a long line',
    `A new password for Example`,
    `Hello,

https://app.example/reset?token=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx

a word a word a word a word a word a word a word a word a word a word a word a word end`,
    `From: Example <no-reply@example.com>
To: ada@example.com
Subject: A new password for Example
Message-ID: <1@example.com>
Date: Tue, 01 Jan 2030 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="--_NmP-0aab5a24ced3e481-Part_1"

----_NmP-0aab5a24ced3e481-Part_1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hello,

https://app.example/reset?token=3Dxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=
xxxxxxxxxx

a word a word a word a word a word a word a word a word a word =
a word a word a word end
----_NmP-0aab5a24ced3e481-Part_1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 7bit

<p>Hi</p>
----_NmP-0aab5a24ced3e481-Part_1--
`,
  ],
  [
    'German',
    `Ein neues Passwort für Größenwahn & Söhne, die längste Firma`,
    `Öffne diese Seite:

https://app.example/reset?token=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`,
    `From: Example <no-reply@example.com>
To: ada@example.com
Subject: =?UTF-8?Q?Ein_neues_Passwort_f=C3=BCr_Gr=C3=B6?=
 =?UTF-8?Q?=C3=9Fenwahn_=26_S=C3=B6hne=2C_die_l?=
 =?UTF-8?Q?=C3=A4ngste_Firma?=
Message-ID: <1@example.com>
Date: Tue, 01 Jan 2030 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="--_NmP-c2e6830c2afa9422-Part_1"

----_NmP-c2e6830c2afa9422-Part_1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

=C3=96ffne diese Seite:

https://app.example/reset?token=3Dxxxxxxxxxxxxxxxx=
xxxxxxxxxxxxxxxxxxxxxxxxxxx
----_NmP-c2e6830c2afa9422-Part_1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 7bit

<p>Hi</p>
----_NmP-c2e6830c2afa9422-Part_1--
`,
  ],
  [
    'one with letters of many bytes',
    `日本語の件名`,
    `日本語の本文日本語の本文日本語の本文日本語の本文日本語の本文日本語の本文`,
    `From: Example <no-reply@example.com>
To: ada@example.com
Subject: =?UTF-8?B?5pel5pys6Kqe44Gu5Lu25ZCN?=
Message-ID: <1@example.com>
Date: Tue, 01 Jan 2030 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="--_NmP-6c885254363b338d-Part_1"

----_NmP-6c885254363b338d-Part_1
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

5pel5pys6Kqe44Gu5pys5paH5pel5pys6Kqe44Gu5pys5paH5pel5pys6Kqe44Gu5pys5paH5pel
5pys6Kqe44Gu5pys5paH5pel5pys6Kqe44Gu5pys5paH5pel5pys6Kqe44Gu5pys5paH
----_NmP-6c885254363b338d-Part_1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 7bit

<p>Hi</p>
----_NmP-6c885254363b338d-Part_1--
`,
  ],
]

it.each(messages)('a message of the mailbox is read as it was written: %s', (_title, subject, text, raw) => {
  const mail = { to: 'ada@example.com', subject, text }
  expect(readMailFile(raw)).toEqual(mail)
  expect(readMailFile(raw.replaceAll('\n', '\r\n'))).toEqual(mail)
})

it.each(['', 'no message', 'To: ada@example.com\r\n\r\nno part', '\0'.repeat(100)])(
  'anything else is none: %j',
  (raw) => {
    expect(readMailFile(raw)).toBeNull()
  },
)

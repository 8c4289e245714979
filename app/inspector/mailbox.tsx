import { LocalTime } from '../_ui/local-time'
import { readMailbox } from './_lib/mailbox'

/** The mails to whoever is signed in that were written to disk, in the place of being sent. */
export async function MailboxList({ folder }: { folder: string }) {
  const mailbox = await readMailbox(folder)
  if (mailbox.kind === 'unavailable')
    return (
      <p className="text-muted">The auth server does not answer right now, so nobody knows whose they are.</p>
    )
  if (mailbox.mails.length === 0) return <p className="text-muted">No mail to your address yet.</p>
  return (
    <>
      <p className="mb-4 text-muted">
        Written to disk, and sent to nobody. You see those to your own address.
      </p>
      <ol aria-label="Mails to you, newest first" className="divide-y divide-line">
        {mailbox.mails.map(({ id, at, subject, text }) => (
          <li key={id} className="py-2">
            <details>
              <summary className="min-h-11 cursor-pointer py-2">
                <span className="font-medium">{subject}</span>{' '}
                <span className="text-sm text-muted">
                  <LocalTime at={at} />
                </span>
              </summary>
              <p className="pb-4 text-sm wrap-anywhere whitespace-pre-line">
                {piecesOf(text).map((piece) =>
                  URL.canParse(piece) ? (
                    <a key={piece} href={piece} className="link">
                      {piece}
                    </a>
                  ) : (
                    piece
                  ),
                )}
              </p>
            </details>
          </li>
        ))}
      </ol>
    </>
  )
}

/** The text, cut where an address of a page begins and ends. */
const piecesOf = (text: string) => text.split(/(https?:\/\/[^\s<>]+)/)

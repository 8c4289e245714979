/** A message to one person, in both forms. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Hands a message to the part that delivers it. After an error it is tried again a little later, twice. */
export type SendMail = (mail: Mail) => Promise<unknown>

/** The subject of a message; each has a text. */
export type MailKind =
  | 'reset-password'
  | 'verify-email'
  | 'change-email'
  /** To the address that somebody had before. */
  | 'email-changed'
  /** To somebody whose password is another now. */
  | 'password-changed'
  /** To somebody whose second factors are others now. */
  | 'factors-changed'

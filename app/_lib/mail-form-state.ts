/** The state of a form that has to do with mail. */
export type MailFormState = {
  /** Said once it is done. */
  done: string | null
  error: string | null
  fields: Record<string, string>
  email: string
}

export const EMPTY_MAIL_FORM: MailFormState = { done: null, error: null, fields: {}, email: '' }

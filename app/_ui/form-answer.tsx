import type { ReactNode } from 'react'

type Props = {
  tone: 'error' | 'result'
  /** Whether two lines, three on a narrow screen, are kept free, so that nothing below moves. */
  keepsRoom?: boolean
  children: ReactNode
}

/** Where a form's answer appears, below its button. The region is always there, so that a screen reader hears it change. */
export function FormAnswer({ tone, keepsRoom = true, children }: Props) {
  const room = keepsRoom ? 'min-h-20 sm:min-h-14' : ''
  return (
    <div
      role={tone === 'error' ? 'alert' : 'status'}
      className={`flex items-center ${room} ${tone === 'error' ? 'text-error' : 'text-ink'}`}
    >
      <div className="min-w-0">{children}</div>
    </div>
  )
}

export const UNREACHABLE = 'The server could not be reached. Your text is still here: try again in a moment.'

type Answers = { result: ReactNode; error: ReactNode; unreachable: boolean }

/** The answer to a form that says either what was done or what is wrong. Both regions are there from the start. */
export function FormAnswers({ result, error, unreachable }: Answers) {
  return (
    <>
      <FormAnswer tone="result" keepsRoom={false}>
        {unreachable ? null : result}
      </FormAnswer>
      <FormAnswer tone="error" keepsRoom={false}>
        {unreachable ? UNREACHABLE : error}
      </FormAnswer>
    </>
  )
}

export function AccountFormAnswer({
  message,
  unreachable,
}: {
  message: string | null
  unreachable: boolean
}) {
  return <FormAnswer tone="error">{unreachable ? UNREACHABLE : message}</FormAnswer>
}

import type { ReactNode } from 'react'

/**
 * Where a form's answer appears. The region is always there, so that a screen reader hears it change, and keeps
 * two lines free, three on a narrow screen, so that nothing moves.
 */
export function FormAnswer({ tone, children }: { tone: 'error' | 'result'; children: ReactNode }) {
  return (
    <div
      role={tone === 'error' ? 'alert' : 'status'}
      className={`flex min-h-20 items-center sm:min-h-14 ${tone === 'error' ? 'text-error' : 'text-ink'}`}
    >
      <div className="min-w-0">{children}</div>
    </div>
  )
}

export const UNREACHABLE = 'The server could not be reached. Your text is still here: try again in a moment.'

export function AccountFormAnswer({
  message,
  unreachable,
}: {
  message: string | null
  unreachable: boolean
}) {
  return <FormAnswer tone="error">{unreachable ? UNREACHABLE : message}</FormAnswer>
}

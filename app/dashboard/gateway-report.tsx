import { gatewayReport } from 'evergate/next'
import { OUTCOMES } from '../_lib/outcomes'

/** Shows the gateway's work before this page was rendered. */
export async function GatewayReport() {
  const report = await gatewayReport()
  if (report === null) return <p className="text-muted">This request did not pass through the gateway.</p>
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-4">
        <code className="inline-block min-w-[9ch] font-mono text-2xl" data-testid="outcome">
          <span className="sr-only">x-session: </span>
          {report.outcome}
        </code>
        <span className="text-muted tabular-nums">{`in ${report.milliseconds.toFixed(1)} ms`}</span>
      </p>
      <p className="mt-2 min-h-[3.2em] text-muted">{OUTCOMES[report.outcome]}</p>
    </>
  )
}

'use client'

import { useResilientForm } from '../../_lib/use-resilient-form'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { totpAction } from './actions'
import { FactorAnswer, Proof } from './answer'
import { RemoveFactor } from './remove'
import { QUIET } from './state'

/** Sets up an authenticator app, or removes the one that is there. */
export function Totp({ id, needsCode }: { id: string | null; needsCode: boolean }) {
  const { state, pending, unreachable, form } = useResilientForm(totpAction, QUIET)
  const { setup } = state
  return (
    <>
      {id !== null && <RemoveFactor id={id} label="Remove the app" needsCode={needsCode} />}
      <form {...form} className="max-w-md">
        {id === null && setup === null && (
          <>
            <Proof asked={state.confirm} needsCode={needsCode} />
            <Button look="quiet" pending={pending}>
              Set up an app
            </Button>
          </>
        )}
        {id === null && setup !== null && (
          <>
            <input type="hidden" name="setup" value={setup.setup} />
            <p className="mb-4">
              Scan this with the app, or type the secret into it. Then enter the code that it shows.
            </p>
            <div
              role="img"
              aria-label="QR code of the secret"
              className="mb-4 size-48 border border-line"
              // Of uqr, from the URI alone.
              // biome-ignore lint/security/noDangerouslySetInnerHtml: made on the server, with no text in it
              dangerouslySetInnerHTML={{ __html: setup.svg }}
            />
            <p className="mb-4 font-mono text-sm break-all select-all" data-testid="totp-secret">
              {setup.secret}
            </p>
            <Field name="code" label="Code" inputMode="numeric" autoComplete="one-time-code" required />
            <Button pending={pending}>Confirm</Button>
          </>
        )}
        <FactorAnswer state={state} unreachable={unreachable} />
      </form>
    </>
  )
}

/** What the gateway reports to `onEvent`. */
export type GatewayEvent =
  | { readonly type: 'access-token.invalid'; readonly reason: string }
  | { readonly type: 'session.ended'; readonly reason: string; readonly sid: string | null }
  | { readonly type: 'backend.unavailable'; readonly reason: string }
  | { readonly type: 'origin.refused'; readonly method: string; readonly path: string }

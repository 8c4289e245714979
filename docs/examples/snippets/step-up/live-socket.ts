/** A socket that the browser opens again, with the session renewed, for as long as there is one. */
export function openLive(address: string, onMessage: (text: string) => void, onSignedOut: () => void): void {
  const socket = new WebSocket(address)
  socket.onmessage = ({ data }) => onMessage(String(data))
  socket.onclose = async ({ code }) => {
    if (code !== 4401) return
    const { ok } = await fetch('/api/session')
    if (ok) openLive(address, onMessage, onSignedOut)
    else onSignedOut()
  }
}

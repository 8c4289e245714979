import { createSessionClient } from 'evergate/client'

const session = createSessionClient({ onSessionEnd: () => location.assign('/login') })
session.subscribe(() => console.log(session.getState().status))
session.start()
await session.fetch('/api/backend/notes', { method: 'POST', body: 'milk' })

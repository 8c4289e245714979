/** Where the backend is, unless `REMOTE_API` says otherwise. */
export const DEFAULT_REMOTE_API = 'http://127.0.0.1:3001'

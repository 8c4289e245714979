/** The accounts that set-up makes in an empty store. */
export const DEMO = { email: 'demo@example.com', password: 'demo-password-123' }
export const ADMIN = { email: 'admin@example.com', password: 'admin-password-123' }

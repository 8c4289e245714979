const ACCOUNTS = [
  { title: 'A person', email: 'demo@example.com', password: 'demo-password-123' },
  { title: 'An administrator', email: 'admin@example.com', password: 'admin-password-123' },
]

/** The accounts that set-up makes in an empty store. A double click selects a value. */
export function DemoAccounts() {
  return (
    <aside
      aria-labelledby="demo-accounts"
      className="border-t border-line pt-6 text-muted md:border-t-0 md:pt-0"
    >
      <h2 id="demo-accounts" className="font-medium text-ink">
        Ready to use
      </h2>
      <dl className="mt-3 space-y-4">
        {ACCOUNTS.map(({ title, email, password }) => (
          <div key={email}>
            <dt className="text-sm">{title}</dt>
            <dd className="font-mono text-sm text-ink">
              <span className="block select-all">{email}</span>
              <span className="block select-all">{password}</span>
            </dd>
          </div>
        ))}
      </dl>
    </aside>
  )
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { rulePathsIn, ruleProblems } from './rule-problems.ts'

test.each([
  [`{ path: '/a', require: 'public' }`, ['/a']],
  [`{ path: "/a", renew: 'always', require: { roles: ['x'] } }`, ['/a']],
  [`{ require: { roles: ['x'] }, path: '/a' }`, ['/a']],
  [`{\n  require: 'public',\n  path: \`/a\`,\n}`, ['/a']],
  [`// { path: '/a', require: 'public' }\n/* { path: '/b', require: 'public' } */`, []],
  [`{ path: \`\${base}/a\`, require: 'public' }`, []],
  [`cookies.set('a', 'b', { path: '/:x.y' })`, []],
])('the rules that stand in %s: %j', (text, paths) => {
  expect(rulePathsIn(text)).toEqual(paths)
})

function problemsOf(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'evergate-rules-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return ruleProblems(root)
}

const BAD = `export const rules = [{ path: '/:file.png', require: 'public' }, { path: '/ok', require: 'public' }]`

test.each([
  ['in the middleware', { 'middleware.ts': BAD }],
  ['in src/proxy.js', { 'src/proxy.js': BAD }],
  ['in a module beside it', { 'middleware.ts': `import { rules } from './rules'`, 'rules.ts': BAD }],
  [
    'behind an alias',
    { 'src/middleware.ts': `import { rules } from '@/auth/rules'`, 'src/auth/rules/index.ts': BAD },
  ],
  [
    'two modules on, in a circle',
    {
      'middleware.ts': `import { a } from './a'`,
      'a.ts': `import './middleware'; export { rules } from './b'`,
      'b.ts': BAD,
    },
  ],
])('a path that means nothing to the gateway is told, %s', (_, files) => {
  expect(problemsOf(files as Record<string, string>)).toEqual([
    'rule path "/:file.png" is not understood; write segments such as /admin, /:id, /:path*',
  ])
})

test('nothing is said of an app without a middleware', () => {
  expect(problemsOf({ 'app/page.tsx': BAD })).toEqual([])
})

test('a rule that wants to know what has ended needs somebody who tells', () => {
  const rule = `createGateway({ rules: [{ path: '/pay', require: { freshness: 'strict' } }] })`
  expect(problemsOf({ 'middleware.ts': rule })).toEqual([
    "a rule with freshness: 'strict' needs `revocation` of createGateway()",
  ])
  expect(problemsOf({ 'middleware.ts': `${rule}\nconst options = { revocation: endedFeed({}) }` })).toEqual(
    [],
  )
})

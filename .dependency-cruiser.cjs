/** The import rules of the layout: who may depend on whom. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'gateway-stands-alone',
      comment: 'lib/gateway runs on any runtime: Web APIs, jose and @edge-runtime/cookies only',
      severity: 'error',
      from: { path: '^lib/gateway/', pathNot: ['\\.test\\.ts$', '^lib/gateway/testing/'] },
      to: { pathNot: ['^lib/gateway/', '^node_modules/(jose|@edge-runtime/cookies)/'] },
    },
    {
      name: 'settings-point-inward',
      comment:
        'each part of the gateway declares the few settings it needs; options.ts composes them, and only the entry imports it',
      severity: 'error',
      from: {
        path: '^lib/gateway/',
        pathNot: [
          '^lib/gateway/(index|gateway|session-reader)\\.ts$',
          '\\.test\\.ts$',
          '^lib/gateway/testing/',
        ],
      },
      to: { path: '^lib/gateway/options\\.ts$' },
    },
    {
      name: 'the-browser-is-sent-its-own-side-only',
      comment: 'lib/client needs a browser and nothing else; lib/react adds React',
      severity: 'error',
      from: { path: '^lib/client/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^lib/client/' },
    },
    {
      name: 'react-adapter-imports-client-only',
      severity: 'error',
      from: { path: '^lib/react/', pathNot: '\\.test\\.tsx?$' },
      to: { pathNot: ['^lib/(client|react)/', '^node_modules/(@types/)?react/'] },
    },
    {
      name: 'only-next-adapter-imports-next',
      severity: 'error',
      from: {
        path: '^(lib|auth-server)/',
        pathNot: '^lib/((next|react|inspector/page|opentelemetry/testing)/|inspector/[a-z]+[.]test)',
      },
      to: { path: '^node_modules/(next|react)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'next-adapter-imports-gateway-only',
      severity: 'error',
      from: { path: '^lib/next/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(app|auth-server|e2e|lib/client|lib/react|lib/testing)/' },
    },
    {
      name: 'oauth2-is-an-entry-point-of-its-own',
      comment: 'what only some apps need stays out of the bundle of the others',
      severity: 'error',
      from: { path: '^(lib/(gateway|next)|app)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(lib/oauth2|node_modules/oauth4webapi)/' },
    },
    {
      name: 'backends-are-entry-points-of-their-own',
      comment: 'the gateway and the app know a described backend by its interface alone',
      severity: 'error',
      from: { path: '^(lib/(gateway|next)|app)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/(backend|held-session)/' },
    },
    {
      name: 'backend-imports-gateway-only',
      severity: 'error',
      from: { path: '^lib/(backend|held-session)/', pathNot: ['\\.test\\.ts$', '/testing/'] },
      to: { pathNot: ['^lib/(backend|held-session|gateway)/', '^node_modules/jose/'] },
    },
    {
      name: 'oauth2-imports-gateway-and-environment',
      severity: 'error',
      from: { path: '^lib/oauth2/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: [
          '^lib/(oauth2|held-session|gateway)/',
          '^lib/next/(environment|log)\\.ts$',
          '^node_modules/(jose|oauth4webapi)/',
        ],
      },
    },
    {
      name: 'ended-is-an-entry-point-of-its-own',
      comment: 'the gateway and the app know a list of ended sessions by its interface alone',
      severity: 'error',
      from: { path: '^lib/(gateway|next)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/ended/' },
    },
    {
      name: 'ended-imports-gateway-only',
      severity: 'error',
      from: { path: '^lib/ended/', pathNot: ['\\.test\\.ts$', '/testing/'] },
      to: { pathNot: '^lib/(ended|gateway)/' },
    },
    {
      name: 'security-events-are-an-entry-point-of-their-own',
      severity: 'error',
      from: { path: '^(lib/(gateway|next|oauth2|ended)|app)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/security-events/' },
    },
    {
      name: 'security-events-import-endings-and-gateway-only',
      severity: 'error',
      from: { path: '^lib/security-events/', pathNot: ['\\.test\\.ts$', '/testing/'] },
      to: { pathNot: ['^lib/(security-events|ended|held-session|gateway)/', '^node_modules/jose/'] },
    },
    {
      name: 'device-is-an-entry-point-of-its-own',
      comment: 'the gateway knows device binding by its interface, and the app what it has sealed',
      severity: 'error',
      from: { path: '^lib/(gateway|next|oauth2|backend)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/device/' },
    },
    {
      name: 'device-imports-gateway-only',
      severity: 'error',
      from: { path: '^lib/device/', pathNot: ['\\.test\\.ts$', '/testing/'] },
      to: { pathNot: ['^lib/(device|gateway)/', '^node_modules/jose/'] },
    },
    {
      name: 'other-frameworks-have-nothing-of-next',
      comment: 'of lib/next only what Next has no part in; frameworks are known by their shape alone',
      severity: 'error',
      from: { path: '^lib/web/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: [
          '^lib/(web|gateway)/',
          '^lib/next/(begin-for|end-for|cache-control|environment|log|user)\\.ts$',
          '^(node:)?(http|stream)',
        ],
      },
    },
    {
      name: 'the-inspector-is-an-entry-point-of-its-own',
      comment: 'the gateway knows it by its interface alone',
      severity: 'error',
      from: { path: '^lib/(?!inspector/)', pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/inspector/' },
    },
    {
      name: 'the-inspector-at-the-edge-has-no-page',
      severity: 'error',
      from: { path: '^lib/inspector/', pathNot: ['\\.test\\.tsx?$', '^lib/inspector/page/'] },
      to: {
        pathNot: [
          '^lib/inspector/(index|inspector|mark)\\.ts$',
          '^lib/inspector/(record|view)/',
          '^lib/gateway/',
          '^lib/next/(handed-on|log|middleware)\\.ts$',
        ],
      },
    },
    {
      name: 'the-inspectors-page-has-nothing-of-the-gateway',
      comment: 'events by their types alone; of the app the session',
      severity: 'error',
      from: { path: '^lib/inspector/page/', pathNot: '\\.test\\.tsx?$' },
      to: {
        pathNot: [
          '^lib/inspector/(page|view)/',
          '^lib/inspector/(mark|record/recorded)\\.ts$',
          '^lib/next/session\\.ts$',
          '^node_modules/(@types/)?(react|next)/',
        ],
      },
    },
    {
      name: 'telemetry-is-an-entry-point-of-its-own',
      severity: 'error',
      from: { path: '^(lib/(gateway|next)|app)/' },
      to: { path: '^(lib/opentelemetry|node_modules/@opentelemetry)/' },
    },
    {
      name: 'telemetry-imports-its-api-alone',
      comment: 'providers are the choice of whoever runs the app',
      severity: 'error',
      from: { path: '^lib/opentelemetry/', pathNot: ['\\.test\\.ts$', '^lib/opentelemetry/testing/'] },
      to: {
        pathNot: [
          '^lib/(opentelemetry|gateway)/',
          '^lib/next/telemetry\\.ts$',
          '^node_modules/@opentelemetry/api/',
        ],
      },
    },
    {
      name: 'the-kit-knows-no-product',
      comment:
        'lib/testing breaks networks and plays the browser for any app; what it tests it meets over HTTP. One file signs sessions',
      severity: 'error',
      from: { path: '^lib/testing/', pathNot: '^lib/testing/(session|playwright|described)(\\.test)?\\.ts$' },
      to: { path: '^(lib/(client|gateway|next|react)|app|e2e)/' },
    },
    {
      name: 'the-command-line-is-run-not-imported',
      severity: 'error',
      from: { pathNot: '^lib/cli/' },
      to: { path: '^lib/cli/' },
    },
    {
      name: 'zod-stays-off-the-edge',
      severity: 'error',
      from: { path: '^lib/', pathNot: ['^lib/next/config/', '\\.test\\.ts$'] },
      to: { path: '^node_modules/zod/' },
    },
    {
      name: 'app-uses-the-public-surface',
      severity: 'error',
      from: { path: '^(app/|middleware\\.ts)' },
      to: { path: '^(lib/gateway|lib/testing|auth-server|e2e)/', pathNot: '^lib/gateway/index\\.ts$' },
    },
    {
      name: 'auth-server-and-lib-are-strangers',
      severity: 'error',
      from: { path: '^auth-server/' },
      to: { path: '^(lib|app|e2e)/' },
    },
    {
      name: 'the-auth-server-is-put-together-in-one-place',
      comment: 'routes and other parts declare the few parts that they work with; the entries compose them',
      severity: 'error',
      from: { path: '^auth-server/', pathNot: '^auth-server/(server|testing)/' },
      to: { path: '^auth-server/services\\.ts$' },
    },
    {
      name: 'settings-are-composed-not-passed-around',
      comment: 'a part declares the few settings that it goes by, beside what it does',
      severity: 'error',
      from: {
        path: '^auth-server/',
        pathNot: '^auth-server/((server|config|testing)/|(services|main|vercel)\\.ts$)',
      },
      to: { path: '^auth-server/settings\\.ts$' },
    },
    {
      name: 'lib-and-auth-server-are-strangers',
      severity: 'error',
      from: { path: '^lib/' },
      to: { path: '^(auth-server|app|e2e)/' },
    },
    {
      name: 'e2e-drives-from-outside',
      severity: 'error',
      from: {
        path: '^e2e/',
        pathNot:
          '^e2e/(simulation|oauth2|(next-features|own-middleware|backends|hosts)/app|hosts/runtimes|frameworks|(packages/)?fixtures)/',
      },
      to: { path: '^(lib/(client|gateway|next|react|web)|auth-server|app)/' },
    },
    {
      name: 'fixture-apps-use-the-public-surface',
      severity: 'error',
      from: {
        path: '^e2e/((next-features|own-middleware|backends|hosts)/app|hosts/runtimes|frameworks|(packages/)?fixtures)/',
      },
      to: {
        path: '^(lib/|auth-server|app)/',
        pathNot:
          '^lib/(next/(index|config/config)|(gateway|react|testing)/index|web/(index|node|hono|sveltekit|astro))\\.ts$',
      },
    },
    {
      name: 'simulations-run-both-halves',
      comment: 'a fake clock needs both halves in one process',
      severity: 'error',
      from: { path: '^e2e/simulation/' },
      to: {
        path: '^(lib/(client|gateway|next|react)|auth-server|app)/',
        pathNot: '^(lib/(gateway|ended|security-events)/index\\.ts$|auth-server/)',
      },
    },
    {
      name: 'providers-are-met-through-the-public-surface',
      severity: 'error',
      from: { path: '^e2e/oauth2/' },
      to: {
        path: '^(lib/(gateway|next|oauth2|react)|auth-server|app)/',
        pathNot: '^lib/(gateway|oauth2)/index\\.ts$',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)\\.(next|out|svelte-kit|astro)/|^(\\.data|bench|docs)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}

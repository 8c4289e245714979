import { describe, expect, it } from 'vitest'
import { isFollowUp, requestKind } from './kind.ts'

it.each([
  ['a page load', 'GET', { 'sec-fetch-mode': 'navigate', accept: 'text/html' }, 'document'],
  ['a page load without fetch metadata', 'GET', { accept: 'text/html,*/*' }, 'document'],
  ['a form without JavaScript', 'POST', { 'sec-fetch-mode': 'navigate' }, 'document'],
  ['a client-side navigation', 'GET', { rsc: '1', 'sec-fetch-mode': 'cors', accept: '*/*' }, 'navigation'],
  ['a prefetch by the router', 'GET', { rsc: '1', 'next-router-prefetch': '1' }, 'prefetch'],
  ['a prefetch of a segment', 'GET', { rsc: '1', 'next-router-segment-prefetch': '/_tree' }, 'prefetch'],
  [
    'a prefetch by the browser',
    'GET',
    { 'sec-purpose': 'prefetch', 'sec-fetch-mode': 'navigate' },
    'prefetch',
  ],
  [
    'a prerender by the browser',
    'GET',
    { 'sec-purpose': 'prefetch;prerender', accept: 'text/html' },
    'prefetch',
  ],
  ['an older prefetch', 'GET', { purpose: 'prefetch' }, 'prefetch'],
  ['a server action', 'POST', { 'next-action': 'abc', accept: 'text/x-component' }, 'action'],
  ['an action’s header on a GET', 'GET', { 'next-action': 'abc' }, 'api'],
  ['a fetch', 'GET', { accept: 'application/json', 'sec-fetch-mode': 'cors' }, 'api'],
  ['a bare request', 'GET', {}, 'api'],
] as [string, string, Record<string, string>, string][])('%s', (_title, method, headers, kind) => {
  expect(requestKind(method, new Headers(headers))).toBe(kind)
})

describe('the page that a server action redirects to is fetched by Next itself', () => {
  it.each<[Record<string, string>, boolean]>([
    [{ 'x-action-redirect': '/a;push', rsc: '1' }, true],
    [{ 'x-action-redirect': '/a;push' }, false],
    [{ rsc: '1' }, false],
  ])('%j: %s', (headers, expected) => {
    expect(isFollowUp(new Headers(headers))).toBe(expected)
  })
})

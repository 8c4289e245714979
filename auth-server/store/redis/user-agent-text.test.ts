import { expect, test } from 'vitest'
import { fullUserAgent, shortUserAgent } from './user-agent-text.ts'

const usual = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
]

test.each(usual)('a usual user agent takes a quarter of its length, and comes back: %s', (text) => {
  expect(shortUserAgent(text).length).toBeLessThanOrEqual(text.length / 4)
  expect(fullUserAgent(shortUserAgent(text))).toBe(text)
})

const odd = [
  '',
  'curl/8.5.0',
  'tab\tand\nline',
  'Żółw 🐢',
  '\x01\x1f\x1e',
  '\x1f',
  '\x00',
  'Mozilla/5.0 (\x01Mozilla/5.0 (',
]

test.each(odd)('any other comes back, control characters too: %j', (text) => {
  expect(fullUserAgent(shortUserAgent(text))).toBe(text)
})

test('one that was stored as it came is read as it is', () => {
  for (const text of [...usual, 'curl/8.5.0']) expect(fullUserAgent(text)).toBe(text)
})

/** Under which names a dashboard answers when nobody says so. */
import { expect, test } from 'vitest';
import { isLoopback, isPlainLoopback, placesOf } from './places.ts';

const unsaid = { allowedHosts: undefined, allowedOrigins: undefined };

test.each([
  ['127.0.0.1', 3000, ['127.0.0.1:3000', 'localhost:3000', '[::1]:3000']],
  ['::1', 3000, ['[::1]:3000', 'localhost:3000', '127.0.0.1:3000']],
  ['192.168.1.5', 3000, ['192.168.1.5:3000', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000']],
  ['0.0.0.0', 3000, ['localhost:3000', '127.0.0.1:3000', '[::1]:3000', '0.0.0.0:3000']],
  ['localhost', 80, ['localhost', '127.0.0.1', '[::1]']],
])('listening on %s:%d it is %j', (host, port, hosts) => {
  const places = placesOf({ host, ...unsaid }, port);
  expect([...places.hosts]).toEqual(hosts);
  expect([...places.origins]).toEqual(hosts.map((each) => `http://${each}`));
  expect(places.url).toBe(`http://${hosts[0]}`);
});

test('what the operator says replaces that', () => {
  const said = { allowedHosts: ['a.example'], allowedOrigins: ['https://a.example'] };
  const places = placesOf({ host: '0.0.0.0', ...said }, 3000);
  expect([[...places.hosts], [...places.origins], places.url]).toEqual([
    ['a.example'],
    ['https://a.example'],
    'https://a.example',
  ]);
});

test.each([
  ['localhost:3000', true],
  ['127.8.9.1', true],
  ['[::1]:1', true],
  ['127.0.0.1.evil.test', false],
  ['localhost.evil.test', false],
  ['evil-localhost', false],
  ['10.0.0.1', false],
])('%s is on this machine: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test('a TLS proxy on this machine is not plain', () => {
  const said = { allowedHosts: ['localhost:8443'], allowedOrigins: ['https://localhost:8443'] };
  expect(isPlainLoopback(placesOf({ host: '::1', ...said }, 1), 'localhost:8443')).toBe(false);
});

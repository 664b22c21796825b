import { expect, test } from 'vitest'
import { Parameters } from '../../src/domain/parameters.ts'

test('parameters — in another order — have the same fingerprint, with another value another', () => {
  expect(new Parameters('a=1&metadata[b]=2').fingerprint()).toBe(new Parameters('metadata%5Bb%5D=2&a=1').fingerprint())
  expect(new Parameters('a=1').fingerprint()).not.toBe(new Parameters('a=2').fingerprint())
  // A separator inside a value does not make two sets alike.
  expect(new Parameters('a=1%26b%3D2').fingerprint()).not.toBe(new Parameters('a=1&b=2').fingerprint())
})

test.each(['0', '-5', '1.5', '1e3', 'many', '9'.repeat(30)])('an amount — of %s — is refused', (value) => {
  expect(() => new Parameters(`amount=${value}`).positiveInteger('amount')).toThrow()
})

test('a parameter — nested — is known by its top name', () => {
  const parameters = new Parameters('metadata[bookingId]=bkg_1&expand[0]=latest_charge&expand[]=other')
  parameters.assertKnown(['metadata', 'expand'])
  expect(() => parameters.assertKnown(['metadata'])).toThrow('expand')
  expect(parameters.list('expand')).toEqual(['latest_charge', 'other'])
  expect(parameters.metadata()).toEqual({ bookingId: 'bkg_1' })
})

test('metadata — with too many keys or too long a value — is refused', () => {
  const many = Array.from({ length: 51 }, (_, n) => `metadata[k${n}]=v`).join('&')
  expect(() => new Parameters(many).metadata()).toThrow('50')
  expect(() => new Parameters(`metadata[k]=${'x'.repeat(501)}`).metadata()).toThrow('500')
})

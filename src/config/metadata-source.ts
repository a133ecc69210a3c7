import type { KeyPath, Source } from './yaml-file.ts';

/**
 * One client's metadata inside a file, as a source of its own. The rules of clients speak of the keys of our client files;
 * here a fault is told under the name that the standards have for it.
 */
export function metadataSource(source: Source, at: KeyPath, value: unknown): Source {
  return { value, placeOf: (path) => source.placeOf([...at, ...path.map(inWordsOfMetadata)]) };
}

const named: Readonly<Record<string, string>> = {
  authMethod: 'token_endpoint_auth_method',
  scopes: 'scope',
  name: 'client_name',
  startUrl: 'client_uri',
  type: 'token_endpoint_auth_method',
  tokens: 'id_token_signed_response_alg',
};

export function inWordsOfMetadata(key: PropertyKey): PropertyKey {
  if (typeof key !== 'string') return key;
  return named[key] ?? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

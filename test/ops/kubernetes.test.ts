/** ops/kubernetes: each pod may do what it must and no more, is asked what Avain answers, and is given time to drain. */
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { clientFileSchema } from '../../src/config/client-schema.ts';
import { jsonSchemas } from '../../src/config/json-schema.ts';
import { settingsSchema } from '../../src/config/settings-schema.ts';
import { page } from '../docs/pages.ts';

const folder = 'ops/kubernetes';
const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string(), port: z.literal('http') }),
  periodSeconds: z.number(),
  timeoutSeconds: z.number().optional(),
  failureThreshold: z.number(),
});
const containerShape = z.looseObject({
  env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  ports: z.array(z.strictObject({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() })),
});
const volume = z.looseObject({ name: z.string(), secret: z.looseObject({ defaultMode: z.number() }).optional() });
const podShape = z.looseObject({
  terminationGracePeriodSeconds: z.number(),
  containers: z.tuple([containerShape]),
  volumes: z.array(volume),
});
const deployment = z
  .looseObject({ spec: z.looseObject({ replicas: z.number(), template: z.looseObject({ spec: podShape }) }) })
  .parse(parse(page(`${folder}/deployment.yaml`)));
const pod = deployment.spec.template.spec;
const [container] = pod.containers;
const settings = settingsSchema.parse(parse(page(`${folder}/avain.yaml`)));
const port = (name: string) => container.ports.find((one) => one.name === name)?.containerPort;

test('everything in the folder is applied, and nothing that is not there', () => {
  const { resources, configMapGenerator } = z
    .looseObject({
      resources: z.array(z.string()),
      configMapGenerator: z.array(z.looseObject({ name: z.string(), files: z.array(z.string()) })),
    })
    .parse(parse(page(`${folder}/kustomization.yaml`)));
  const files = configMapGenerator.flatMap((map) => map.files.map((file) => file.split('=').at(-1) ?? ''));
  const there = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  expect([...resources, ...files, 'kustomization.yaml'].sort()).toEqual([...there].sort());
  const maps = configMapGenerator.map(({ name }) => name);
  expect(maps.filter((name) => !page(`${folder}/deployment.yaml`).includes(`configMap: { name: ${name} }`))).toEqual(
    [],
  );
  for (const name of resources)
    for (const document of parseAllDocuments(page(`${folder}/${name}`))) expect(document.errors).toEqual([]);
});

test('a pod is nobody, writes to nothing of its own, and asks Kubernetes nothing', () => {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(container).toMatchObject({
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    resources: { limits: { memory: '768Mi' } },
  });
  const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true);
  expect(writable.map(({ mountPath }) => mountPath)).toEqual([settings.dataDir, '/tmp']);
  expect(page(`${folder}/namespace.yaml`)).toContain('pod-security.kubernetes.io/enforce: restricted');
});

test('probes ask for what Avain answers: life by the process alone, readiness by the store', () => {
  const asked = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(
    ({ httpGet }) => httpGet.path,
  );
  expect(asked).toEqual(['/health/live', '/health/live', '/health/ready']);
  expect([port('http'), port('metrics')]).toEqual([settings.listen.port, settings.metrics.port]);
});

test('a pod that stops is out of the balancer before it takes nothing new, and killed no sooner than it has drained', () => {
  const { periodSeconds, failureThreshold } = container.readinessProbe;
  expect(settings.listen.drainSeconds).toBeGreaterThan(periodSeconds * failureThreshold);
  const drainMs = /const drainMs = ([\d_]+);/.exec(page('src/http/server.ts'))?.[1]?.replaceAll('_', '');
  const drained = settings.listen.drainSeconds + Number(drainMs) / 1_000;
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drained + 10);
  expect(deployment.spec).toMatchObject({ strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } });
  expect(deployment.spec.replicas).toBeGreaterThan(1);
});

test('settings, client and variables are such as Avain takes', () => {
  expect(Object.keys(jsonSchemas())).toContain('avain.schema.json');
  expect(settings).toMatchObject({ profile: 'production', storage: { kind: 'mongo-redis' } });
  clientFileSchema.parse(parse(page(`${folder}/clients/palkka.yaml`)));
  const read = page('src/config/environment.ts') + page('src/config/load.ts');
  expect(container.env.map(({ name }) => name).filter((name) => !read.includes(`'${name}'`))).toEqual([]);
});

test('every secret comes from the one that is made by hand, and is a file that others cannot read', () => {
  const secrets = container.volumeMounts.find(({ name }) => name === 'secrets')?.mountPath ?? '';
  const all = [
    ...container.env.map(({ value }) => value),
    page(`${folder}/avain.yaml`),
    page(`${folder}/clients/palkka.yaml`),
  ];
  const named = all.join('\n').matchAll(new RegExp(`${secrets}/([\\w.-]+)`, 'g'));
  const made = page(`${folder}/kustomization.yaml`).matchAll(/--from-file=([\w.-]+)/g);
  expect([...named].map(([, name]) => name).sort()).toEqual([...made].map(([, name]) => name).sort());
  expect(pod.volumes.find(({ name }) => name === 'secrets')?.secret?.defaultMode).toBe(0o440);
});

test('nothing reaches Avain but the ingress and Prometheus, and it reaches nothing inside but its stores', () => {
  const { spec } = z
    .looseObject({
      spec: z.looseObject({
        policyTypes: z.array(z.string()),
        ingress: z.array(
          z.looseObject({ from: z.array(z.unknown()), ports: z.array(z.looseObject({ port: z.number() })) }),
        ),
        egress: z.array(z.looseObject({ to: z.array(z.unknown()) })),
      }),
    })
    .parse(parse(page(`${folder}/network-policy.yaml`)));
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(spec.ingress.flatMap(({ ports }) => ports.map((one) => one.port))).toEqual([port('http'), port('metrics')]);
  const outside = z.looseObject({ ipBlock: z.looseObject({ except: z.array(z.string()) }) });
  const open = spec.egress.flatMap(({ to }) => to).filter((one) => outside.safeParse(one).success);
  expect(open).toHaveLength(1);
  expect(outside.parse(open[0]).ipBlock.except).toContain('169.254.0.0/16');
});

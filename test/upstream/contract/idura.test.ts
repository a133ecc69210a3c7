import { describeContract } from './contract.ts';

describeContract('idura');

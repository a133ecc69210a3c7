import { describeContract } from './contract.ts';

describeContract('op');

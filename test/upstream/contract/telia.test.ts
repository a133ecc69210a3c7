import { describeContract } from './contract.ts';

describeContract('telia');

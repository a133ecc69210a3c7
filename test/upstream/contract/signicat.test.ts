import { describeContract } from './contract.ts';

describeContract('signicat');

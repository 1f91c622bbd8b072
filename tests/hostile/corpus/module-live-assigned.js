// status: error
// error: TypeError
import { count } from 'good';
count = 5;

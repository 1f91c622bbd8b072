// status: ok
// variables: {"count": 2}
import 'poison';
import { count, inc } from 'good';
import * as good from 'good';
inc();
setVariable('count', count + good.count);

// status: time_limit
import 'promise';

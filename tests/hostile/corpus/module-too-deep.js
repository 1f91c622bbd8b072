// status: limit
import 'deep';
